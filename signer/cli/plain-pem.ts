import type { OptionSpec } from './command.ts';

export const PLAIN_PEM: OptionSpec = { name: 'pem', description: 'Write the PEM and nothing else' };
