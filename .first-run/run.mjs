#!/usr/bin/env node
// node .first-run/run.mjs [--for-tests] <entry.ts> [argument…]
// node .first-run/run.mjs --bin <name> [argument…]
//
// Installs what package-lock.json locks, finds Node 24 and runs the entry with it. Plain JavaScript
// without dependencies: this is what installs the dependencies.
import './supported-host.mjs';

// Not a static import: a Node too old to read the rest must still get the message of the line above.
const { launch } = await import('./launch.mjs');
process.exitCode = await launch(process.argv.slice(2));
