/** Built before the Worker is (wrangler.toml, [build]); wrangler uploads it as a module of its own. */
declare module '*.txt' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: so the platform hands over a text module
  export default text;
}
