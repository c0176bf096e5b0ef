#!/usr/bin/env node
import { existsSync, statSync } from 'node:fs';

/** The bundle starts sooner; a build that is going on has left it behind. */
const bundle = new URL('../dist/bundle/main.js', import.meta.url);
const build = new URL('../dist/.tsbuildinfo', import.meta.url);
const isCurrent =
  existsSync(bundle) && !(statSync(build, { throwIfNoEntry: false })?.mtimeMs > statSync(bundle).mtimeMs);

const { main } = await import(isCurrent ? bundle.href : '../dist/cli/main.js');
process.exitCode = await main(process.argv.slice(2));
