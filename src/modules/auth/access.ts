import { SetMetadata } from '@nestjs/common';

export const roles = ['service', 'analyst', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Whoever holds the key that came with a request. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
}

/** The key in an `Authorization` header; undefined where there is none. */
export const secretOf = (header: string | undefined): string | undefined =>
  /^bearer +(\S+)$/i.exec(header ?? '')?.[1];

export const ACCESS = Symbol('access');

/** A route that asks for no key. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, []);

/** A route for some roles; without it, any valid key will do. */
export const For = (...allowed: readonly Role[]): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCESS, allowed);
