/*
 * Makes client/contract.ts, the types of requests and answers, from the pinned contract, unless what
 * is there is newer. Headers and problems are left out: the client itself sends and reads those.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const pinned = join(root, 'test/fixtures/contract/openapi.json');
const made = join(import.meta.dirname, 'contract.ts');
const madeOf = [pinned, join(root, 'package-lock.json'), join(import.meta.dirname, 'generate.mjs')];

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const withoutRepetition = (document) => {
  for (const operation of Object.values(document.paths).flatMap(Object.values)) {
    operation.parameters = operation.parameters?.filter(({ in: place }) => place !== 'header');
    operation.responses = Object.fromEntries(
      Object.entries(operation.responses).filter(([status]) => status === '200'),
    );
  }
  // It refers to itself, of which the generator makes a type that TypeScript refuses.
  document.components.schemas.JsonValue = {};
  return document;
};

if (changedAt(made) <= Math.max(...madeOf.map(changedAt))) {
  const { default: openapiTypes, astToString } = await import('openapi-typescript');
  const document = withoutRepetition(JSON.parse(readFileSync(pinned, 'utf8')));
  // A field with a default is one that may be left out of a request.
  const types = await openapiTypes(document, { defaultNonNullable: false });
  writeFileSync(made, astToString(types));
}
