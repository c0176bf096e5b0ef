import { type Audit, audit, type Outcome } from '../../audit.js';
import { type FilesArtifact, type Place, placeText } from '../../gather/files/index.js';

type Rule = Omit<Audit<'files'>, 'confidence' | 'underLoad' | 'needs' | 'uses' | 'guard' | 'run'> & {
  readonly run: (files: FilesArtifact) => readonly Outcome[];
};

/**
 * A rule that is judged by what files say. Rules of the same id that look at the live target stand beside it: files
 * say what is meant, and the target what came of it.
 */
export function fileAudit({ run, ...rule }: Rule): Audit<'files'> {
  return audit({
    ...rule,
    confidence: 'static',
    underLoad: false,
    needs: ['files'],
    run: ({ files }) => distinct(run(files)),
  });
}

/** A container that several overlays patch is judged under each: what is the same of all is said once. */
function distinct(outcomes: readonly Outcome[]): Outcome[] {
  return [...new Map(outcomes.map((outcome) => [JSON.stringify(outcome), outcome])).values()];
}

/** `deploy.yaml:12`, for `where`. */
export function at(place: Place): { readonly where: string } {
  return { where: placeText(place) };
}
