import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import { at, fileAudit } from './file-audit.js';

export const file01 = fileAudit({
  id: 'FILE01',
  title: 'Every file was read',
  failureTitle: 'A file could not be read',
  severity: 'low',
  doc: 'Fails for each file that was named or found and could not be read, whole or in part: too large, no YAML, a template that is not rendered, a kind that is not known. Inconclusive for an nginx `include` of files that were not named. What it says is not judged by any rule, which is no credit.',
  versions: 'every version',
  fix: 'Mend the file, or name what is made of it.',
  source: 'https://yaml.org/spec/1.2.2/',
  run: (files) => {
    const unread = files.unread.map(
      (each): Outcome =>
        fail({
          ...at(each),
          evidence: { reason: each.reason },
          why: `no rule sees what it says: ${each.reason}`,
          fix: `mend ${at(each).where}, or leave it out`,
        }),
    );
    const missing = files.nginx.flatMap((config) =>
      config.missing.map((include) =>
        inconclusive(
          'the files that it includes were not named',
          { include: include.value },
          at(include).where,
        ),
      ),
    );
    if (unread.length > 0) return [...unread, ...missing];
    return [...(files.files.length > 0 ? [pass({ files: files.files.length })] : []), ...missing];
  },
});
