/**
 * Writes schema/profile.schema.json, which editors complete profiles with, from the schema that checks them.
 * A test fails while the file and the schema differ.
 *
 *   node scripts/schema.js     after node scripts/setup.js
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { profileJsonSchema } from '../dist/profile/json-schema.js';

const folder = new URL('../schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('profile.schema.json', folder), `${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
