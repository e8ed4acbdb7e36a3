#!/usr/bin/env node
// inkan [argument…]: signer/cli.ts, in the directory the user stands in.
import './supported-host.mjs';

const { launch } = await import('./launch.mjs');
process.exitCode = await launch(['signer/cli.ts', ...process.argv.slice(2)]);
