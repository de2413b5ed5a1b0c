import type { Fault } from './problem';

const deepest = 32;

const faultOf = (text: string): string | undefined => {
  const nul = text.indexOf('\0');
  if (nul !== -1) return `must not hold a NUL character (at character ${String(nul + 1)})`;
  if (!text.isWellFormed())
    return 'must be well-formed Unicode (it holds half of a surrogate pair)';
  return undefined;
};

const nameFaultOf = (name: string): string | undefined =>
  name === '__proto__' ? 'is not allowed: it would be lost on the way' : faultOf(name);

/**
 * What no schema tells of a JSON value, but the database or JavaScript would choke on: NUL
 * characters, broken Unicode, a field named `__proto__`, and nesting beyond 32 levels. Without recursion, so that depth cannot exhaust the stack.
 */
export const storageFaults = (value: unknown): Fault[] => {
  const faults: Fault[] = [];
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: at, path, depth } = next;
    if (typeof at === 'string') {
      const message = faultOf(at);
      if (message !== undefined) faults.push({ path, message });
    } else if (typeof at === 'object' && at !== null) {
      if (depth === deepest) {
        faults.push({ path, message: `is nested deeper than ${String(deepest)} levels` });
        continue;
      }
      for (const [key, inner] of Object.entries(at)) {
        const message = nameFaultOf(key);
        const below = path === '' ? key : `${path}.${key}`;
        if (message !== undefined) faults.push({ path: below, message: `its name ${message}` });
        open.push({ value: inner, path: below, depth: depth + 1 });
      }
    }
  }
  return faults;
};
