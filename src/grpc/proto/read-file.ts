import { create } from '@bufbuild/protobuf';
import { Edition, FileOptionsSchema } from '@bufbuild/protobuf/wkt';
import { applyOption } from './apply-option.js';
import { Cursor } from './cursor.js';
import { Draft } from './draft.js';
import { readOption } from './options.js';
import { protoError } from './place.js';
import { readEnum } from './read-enum.js';
import { readExtend, readMessage } from './read-message.js';
import { readService } from './read-service.js';

const editions: Readonly<Record<string, Edition>> = {
  '2023': Edition.EDITION_2023,
  '2024': Edition.EDITION_2024,
};

/**
 * Reads one `.proto` file: proto2, proto3, editions 2023 and 2024.
 *
 * @param name the path it is imported by
 * @throws ZipfireError `usage` with file, line, column, what was expected and what was read
 */
export function readProtoFile(source: string, name: string): Draft {
  const cursor = new Cursor(source, name);
  const draft = new Draft(name);
  readSyntax(cursor, draft);
  while (!cursor.atKind('end')) {
    if (!cursor.take(';')) readStatement(cursor, draft);
  }
  return draft;
}

/** `syntax = "proto3";` or `edition = "2023";`. Without either it is proto2. */
function readSyntax(cursor: Cursor, draft: Draft): void {
  const { proto } = draft;
  if (cursor.take('syntax')) {
    cursor.expect('=');
    const { place } = cursor;
    const syntax = cursor.string('a syntax');
    if (syntax !== 'proto2' && syntax !== 'proto3') {
      throw protoError(
        place,
        `there is no syntax "${syntax}"`,
        'it is proto2 or proto3, or edition = "2023";',
      );
    }
    draft.syntax = syntax;
    // proto2 is what a descriptor means that says nothing.
    if (syntax === 'proto3') proto.syntax = syntax;
  } else if (cursor.take('edition')) {
    cursor.expect('=');
    const { place } = cursor;
    const year = cursor.string('an edition');
    const edition = Object.hasOwn(editions, year) ? editions[year] : undefined;
    if (edition === undefined) {
      throw protoError(
        place,
        `edition "${year}" is not known`,
        `known here: ${Object.keys(editions).join(', ')}`,
      );
    }
    draft.syntax = 'editions';
    proto.syntax = 'editions';
    proto.edition = edition;
  } else {
    return;
  }
  cursor.expect(';');
}

function readStatement(cursor: Cursor, draft: Draft): void {
  const { proto } = draft;
  // Whether other files see a type (edition 2024) is not checked.
  if (draft.syntax === 'editions' && !cursor.take('export')) cursor.take('local');
  if (cursor.take('message')) proto.messageType.push(readMessage(cursor, draft, proto.package));
  else if (cursor.take('enum')) proto.enumType.push(readEnum(cursor, draft, proto.package));
  else if (cursor.take('service')) proto.service.push(readService(cursor, draft));
  else if (cursor.take('import')) readImport(cursor, draft);
  else if (cursor.take('package')) readPackage(cursor, draft);
  else if (cursor.take('extend')) {
    readExtend(cursor, draft, proto.package, proto.extension, proto.messageType);
  } else if (cursor.take('option')) {
    proto.options ??= create(FileOptionsSchema);
    applyOption(FileOptionsSchema, proto.options, readOption(cursor));
    cursor.expect(';');
  } else {
    throw cursor.unexpected('"message", "enum", "service", "extend", "import", "package" or "option"');
  }
}

function readPackage(cursor: Cursor, draft: Draft): void {
  const { place } = cursor;
  if (draft.proto.package !== '') throw protoError(place, 'the package is given twice');
  if (draft.declared.size > 0) throw protoError(place, 'the package comes before what it holds');
  draft.proto.package = cursor.dotted('the name of the package');
  cursor.expect(';');
}

function readImport(cursor: Cursor, draft: Draft): void {
  const { proto, imports } = draft;
  const isPublic = cursor.take('public');
  const isWeak = !isPublic && cursor.take('weak');
  // Only what options name comes from there, and those are not looked up.
  const optionsOnly = !isPublic && !isWeak && cursor.take('option');
  const { place } = cursor;
  const name = Buffer.from(cursor.string('the path of a file in quotes'), 'latin1').toString('utf8');
  cursor.expect(';');
  if (imports.some((other) => other.name === name)) throw protoError(place, `"${name}" is imported twice`);
  if (optionsOnly) return;
  imports.push({ name, place, isPublic });
  const index = proto.dependency.push(name) - 1;
  if (isPublic) proto.publicDependency.push(index);
  if (isWeak) proto.weakDependency.push(index);
}
