// Imports nothing and uses old syntax only, so that any Node with modules can read it.
const major = Number(process.versions.node.split('.')[0]);
const platform = process.platform;

function refuse(message) {
  process.stderr.write(`inkan: ${message}\n`);
  process.exit(1);
}

if (platform !== 'linux' && platform !== 'darwin') {
  refuse(
    `this runs on Linux (x64 or arm64); here it is ${platform}. Use a Linux machine, a container or WSL.`,
  );
}
if (platform === 'darwin' && major < 24) {
  refuse(
    `on macOS it needs Node.js 24 or newer, and this is ${process.version}. Install it from nodejs.org.`,
  );
}
if (major < 20) {
  refuse(
    `needs Node.js 20 or newer to start, and this is ${process.version}. Install a newer one (nodejs.org); Node.js 24 itself then comes with the packages.`,
  );
}
