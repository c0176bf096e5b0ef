import { fail, type Outcome, pass } from '../../audit.js';
import { type FilesArtifact, type Place, placeText } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { nestedOf } from './nginx-tree.js';
import { noted } from './pasting.js';

/** Ours: the default of nginx and of Node, which a burst of some hundred connections fills. */
const LEAST = 511;

interface Backlog extends Place {
  readonly name: string;
  readonly value: number;
  /** The line with a backlog that is long enough. */
  readonly mended: string;
}

export const k02 = fileAudit({
  id: 'K02',
  title: 'The accept queue holds a burst of connections',
  failureTitle: 'The accept queue is set short',
  severity: 'medium',
  doc: 'Fails when the backlog of a listener (nginx, HAProxy) or net.core.somaxconn is set below 511, the default of nginx and Node, or a backlog above somaxconn, which caps it. After a deployment or an outage all clients come back in one burst, and those that find no place wait a second or more.',
  versions: 'Linux; the default of somaxconn is 4096 since 5.4, 128 before',
  fix: 'Raise the backlog of the server, and net.core.somaxconn with it.',
  source: 'https://man7.org/linux/man-pages/man2/listen.2.html',
  run: (files) => {
    const somaxconn = files.sysctls
      .filter(({ name }) => name === 'net.core.somaxconn')
      .map((each) => ({ ...each, value: Number(each.value), mended: 'net.core.somaxconn = 4096' }))
      .filter(({ value }) => Number.isFinite(value));
    const cap = somaxconn.toSorted((a, b) => a.value - b.value)[0];
    return [...somaxconn, ...backlogs(files)].map((each): Outcome => {
      const evidence = { setting: each.name, value: each.value, somaxconn: cap?.value ?? 'unknown' };
      const capped = cap !== undefined && each.name !== cap.name && each.value > cap.value;
      if (each.value >= LEAST && !capped) return pass(evidence, at(each).where);
      return fail({
        ...at(each),
        evidence,
        why: capped
          ? `somaxconn cuts it to ${cap.value}: connections of a burst beyond that wait a second or more`
          : `of a burst of more than ${each.value} connections those that find no place wait a second or more`,
        fix:
          capped || each.name === 'net.core.somaxconn'
            ? `net.core.somaxconn = ${Math.max(4096, each.value)}`
            : noted(each.mended, each, placeText(each)),
      });
    });
  },
});

function backlogs(files: FilesArtifact): Backlog[] {
  const nginx = files.nginx.flatMap(nestedOf).flatMap(({ directive }): Backlog[] => {
    const text = directive.args.find((each) => each.startsWith('backlog='));
    if (directive.name !== 'listen' || text === undefined) return [];
    return [
      {
        name: 'backlog of listen',
        value: Number(text.slice(8)),
        mended: `listen ${directive.args.map((each) => (each === text ? 'backlog=4096' : each)).join(' ')};`,
        file: directive.file,
        line: directive.line,
      },
    ];
  });
  const haproxy = files.haproxy.flatMap(({ sections }) =>
    sections.flatMap(({ lines }) =>
      lines.flatMap(({ words, file, line }): Backlog[] => {
        const index = words.indexOf('backlog');
        const value = Number(words[index + 1]);
        return index >= 0 && (index === 0 || words[0] === 'bind') && Number.isFinite(value)
          ? [
              {
                name: 'backlog',
                value,
                mended: words.map((each, i) => (i === index + 1 ? '4096' : each)).join(' '),
                file,
                line,
              },
            ]
          : [];
      }),
    ),
  );
  return [...nginx, ...haproxy].filter(({ value }) => Number.isFinite(value) && value > 0);
}
