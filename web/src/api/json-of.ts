import { unreachable } from './problem';

/**
 * The JSON of an answer.
 *
 * @throws ApiProblem where it breaks off on its way
 */
export const jsonOf = async <T>(response: Response, signal?: AbortSignal): Promise<T> =>
  response.json().catch((error: unknown) => {
    throw signal?.aborted === true ? error : unreachable();
  }) as Promise<T>;
