import { runTool } from './program.ts';

process.exitCode = (await runTool('biome', ['check', '--write', '.'], { show: true })).status;
