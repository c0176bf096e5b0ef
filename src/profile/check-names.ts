import { usageError } from '../core/index.js';
import { checkTemplate, type KnownNames } from '../request/index.js';

/** A template's check, with the mend for what is most often forgotten. @throws ZipfireError `usage` */
export function checkKnown(template: string, known: KnownNames): void {
  if (known.keys.length === 0 && /\{\{\s*key\s*\}\}/.test(template)) {
    throw usageError(
      '{{key}} has no distribution',
      'give one: --keys zipf:n=1e6,alpha=1.2, or keys in a profile',
    );
  }
  checkTemplate(template, known);
}
