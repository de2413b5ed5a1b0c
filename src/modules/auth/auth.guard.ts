import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem';
import { ACCESS, secretOf } from './access';
import type { Caller, Role } from './access';
import { KeyRing } from './key-ring';

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

/** Whoever issued the request. Only for routes that ask for a key. */
export const callerOf = (request: FastifyRequest): Caller => {
  if (request.caller === undefined) throw new Error('this route asks for no key');
  return request.caller;
};

export const forbid = (caller: Caller, allowed: readonly string[]): Problem =>
  new Problem(
    403,
    'forbidden',
    `the key of role ${caller.role} may not do this; it takes ${allowed.join(' or ')}`,
  );

/** Bearer keys and roles, for every route but the public ones. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly keys: KeyRing,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const allowed = this.reflector.getAllAndOverride<readonly Role[] | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (allowed?.length === 0) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = this.authenticate(request.headers.authorization);
    if (allowed !== undefined && !allowed.includes(caller.role)) throw forbid(caller, allowed);
    request.caller = caller;
    return true;
  }

  private authenticate(header: string | undefined): Caller {
    const secret = secretOf(header);
    const caller = secret === undefined ? undefined : this.keys.callerWith(secret);
    if (caller !== undefined) return caller;
    throw new Problem(
      401,
      'unauthorized',
      secret === undefined
        ? 'send a key: "Authorization: Bearer <key>"'
        : 'the key is not valid here',
    );
  }
}
