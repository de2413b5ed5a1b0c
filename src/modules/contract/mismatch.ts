/**
 * What does not fit: an operation that is not there, a media type or status that is not answered, a
 * parameter or field that nobody knows, one that is needed and not given, another type, a value that
 * is gone, a limit that is tighter.
 */
type MismatchKind =
  | 'operation'
  | 'media-type'
  | 'status'
  | 'parameter'
  | 'field'
  | 'required'
  | 'type'
  | 'value'
  | 'limit';

/** One thing that a consumer expects and the server does not offer. */
export interface Mismatch {
  /** As `POST /v1/commands/start-execution`. */
  readonly operation: string;
  /** Within it, such as `request body: execution_id`; empty for the operation itself. */
  readonly place: string;
  readonly kind: MismatchKind;
  readonly message: string;
  /** The name that was probably meant. */
  readonly nearest: string | null;
}

/** What a comparison knows of where it is. */
export interface Place {
  readonly operation: string;
  readonly part: string;
  readonly path: string;
}

export const within = (place: Place, step: string): Place => ({
  ...place,
  path: step === '[]' || place.path === '' ? place.path + step : `${place.path}.${step}`,
});

export const mismatch = (
  { operation, part, path }: Place,
  kind: MismatchKind,
  message: string,
  nearest?: string,
): Mismatch => ({
  operation,
  place: path === '' ? part : `${part}: ${path}`,
  kind,
  message,
  nearest: nearest ?? null,
});
