import { type RateStage, suggestion, usageError, ZipfireError } from '../../core/index.js';
import type { Field, Form } from './forms.js';
import { fieldName, MAX_STAGES, readStage, type StageKind, shown } from './kinds.js';

const MAX_LENGTH = 200;

/**
 * Stages as a flag has them, one behind the other:
 *
 * ```
 * stages = stage , { "," , stage } ;
 * stage  = "const:" , level , "/" , time                                  (* const:20k/30s *)
 *        | "ramp:"  , level , ".." , level , "/" , time                   (* ramp:1k..20k/2m *)
 *        | "step:"  , level , ".." , level , "+" , level , "/" , time     (* step:1k..5k+1k/10s, 10s each *)
 *        | "spike:" , level , "^" , level , "@" , time , "+" , time , "/" , time
 *                                       (* spike:2k^20k@2s+1s/5s: 20k after 2s, for 1s of the 5s *)
 *        | "sine:"  , mean , "~" , amplitude , "@" , period , "/" , time ;   (* sine:5k~4k@60s/3m *)
 * ```
 *
 * A level is a rate, 20k or 20k/s, or a whole number of connections or requests, which have no spike and no sine;
 * a time is a duration. Spaces may stand around each.
 *
 * @throws ZipfireError `usage` that names the stage, and what of it was expected
 */
export function parseStages<S extends RateStage>(text: string, kind: StageKind<S>): readonly S[] {
  const parts = text.split(',');
  if (parts.length > MAX_STAGES) throw usageError(`more than ${MAX_STAGES} stages`);
  return parts.map((part, index) => {
    try {
      return parseStage(part.trim(), kind);
    } catch (error) {
      if (!(error instanceof ZipfireError)) throw error;
      const place = parts.length === 1 ? shown(part.trim()) : `stage ${index + 1}, ${shown(part.trim())}`;
      throw usageError(`${place}: ${error.message}`, error.hint);
    }
  });
}

function parseStage<S extends RateStage>(text: string, kind: StageKind<S>): S {
  if (text.length > MAX_LENGTH) throw usageError(`a stage of more than ${MAX_LENGTH} characters`);
  const [, name = '', rest = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  const form = kind.forms.find(({ shape }) => shape === name.trim());
  if (form === undefined) {
    const shapes = kind.forms.map(({ shape }) => shape);
    throw usageError(`no shape of this name; ${suggestion(name, shapes)}`, `write one as ${exampleOf(kind)}`);
  }
  const { groups } = form.pattern.exec(rest) ?? {};
  if (groups === undefined) {
    throw usageError(`expected ${form.shape}:${form.grammar}, such as ${form.shape}:${form.example}`);
  }
  const inField = (field: Field, message: string, hint?: string) =>
    usageError(`${fieldName(field, kind)}: ${message}`, hint);
  const stage = readStage(
    form,
    kind,
    (field) => (groups[field] ?? '').trim(),
    (field, read) => {
      try {
        return read();
      } catch (error) {
        throw error instanceof ZipfireError ? inField(field, error.message, error.hint) : error;
      }
    },
    ({ field, message }) => {
      throw inField(field, message);
    },
  );
  return stage as S; // what is wrong was thrown
}

function exampleOf<S extends RateStage>({ forms }: StageKind<S>): string {
  const form = forms.at(-1) as Form<S>; // there are three at least
  return `${form.shape}:${form.example}`;
}
