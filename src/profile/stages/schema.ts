import { z } from 'zod';
import { escapeText, type RateStage, suggestion, ZipfireError } from '../../core/index.js';
import { describe, type Json, scalarText } from '../schema-parts.js';
import { type Field, type Form, isTime } from './forms.js';
import { fieldName, MAX_STAGES, readStage, type StageKind } from './kinds.js';

/** Stages as a profile has them: a list, each item with the fields of one form. */
export function stagesSchema<S extends RateStage>(kind: StageKind<S>, about: string) {
  const list = z.array(stageSchema(kind)).min(1, 'expected one stage at least');
  const bounded = list.max(MAX_STAGES, `more than ${MAX_STAGES} stages`);
  return describe(bounded, (generated) => ({ ...generated, description: about }));
}

function stageSchema<S extends RateStage>(kind: StageKind<S>) {
  const json = { anyOf: kind.forms.map((form) => jsonOfForm(form, kind)) };
  return describe(z.record(z.string(), z.unknown()), json).transform((raw, context): S => {
    const complain = (name: string | undefined, message: string, hint?: string) => {
      const path = name === undefined ? [] : [name];
      context.addIssue({ code: 'custom', message, path, params: { hint } });
    };
    const nameOf = (field: Field) => fieldName(field, kind);
    const form = formOf(raw, kind);
    const names = form.fields.map(nameOf);
    for (const name of Object.keys(raw)) {
      if (!names.includes(name)) complain(name, surplus(name, form, kind));
    }
    const missing = names.filter((name) => raw[name] === undefined);
    if (missing.length > 0) complain(undefined, `missing: ${missing.join(', ')}; ${fieldsOf(form, names)}`);
    if (context.issues.length > 0) return z.NEVER;
    const stage = readStage(
      form,
      kind,
      (field) => scalarText(raw[nameOf(field)]),
      (field, read) => {
        try {
          return read();
        } catch (error) {
          if (!(error instanceof ZipfireError)) throw error;
          complain(nameOf(field), error.message, error.hint);
          return undefined;
        }
      },
      ({ field, message }) => complain(nameOf(field), message),
    );
    return stage ?? z.NEVER;
  });
}

/** The form whose marks are given; of nothing at all the plainest. */
function formOf<S extends RateStage>(raw: Readonly<Record<string, unknown>>, kind: StageKind<S>): Form<S> {
  const claimed = kind.forms.find(({ marks }) =>
    marks.some((field) => Object.hasOwn(raw, fieldName(field, kind))),
  );
  return claimed ?? (kind.forms.at(-1) as Form<S>); // there are three at least
}

function surplus<S extends RateStage>(name: string, form: Form<S>, kind: StageKind<S>): string {
  const known = kind.forms.flatMap(({ fields }) => fields.map((field) => fieldName(field, kind)));
  const names = form.fields.map((field) => fieldName(field, kind));
  return known.includes(name)
    ? `not of this stage; ${fieldsOf(form, names)}`
    : `unknown name ${escapeText(name, { maxLength: 60 })}; ${suggestion(name, names)}`;
}

/** `a step has from, to, step and every` */
function fieldsOf<S extends RateStage>({ shape }: Form<S>, names: readonly string[]): string {
  const what = shape === 'const' ? 'a stage' : `a ${shape}`;
  return `${what} has ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function jsonOfForm<S extends RateStage>(form: Form<S>, kind: StageKind<S>): Json {
  const properties = form.fields.map((field): [string, Json] => {
    const json: Json = isTime(field)
      ? { type: ['string', 'integer'], examples: ['30s', '2m'] }
      : { type: ['number', 'string'], examples: kind.levelExamples };
    return [fieldName(field, kind), json];
  });
  return {
    description: form.about,
    type: 'object',
    properties: Object.fromEntries(properties),
    required: properties.map(([name]) => name),
    additionalProperties: false,
  };
}
