/** How a request reached the CA (CP 4.9.3: by post, by e-mail where that cannot wait); `direct`: a command. */
export const CHANNELS = ['post', 'email', 'telephone', 'web', 'in-person', 'ca', 'direct'] as const;
export type Channel = (typeof CHANNELS)[number];
