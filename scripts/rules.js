/**
 * Writes docs/rules, a page for each rule of the tuning advisor, from the rules. A test fails while they differ.
 *
 *   node scripts/rules.js     after node scripts/setup.js
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { audits } from '../dist/advisor/audits/index.js';
import { rulePages } from '../dist/advisor/rule-page.js';

const folder = new URL('../docs/rules/', import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, page] of rulePages(audits)) writeFileSync(new URL(name, folder), page);
