/** A field of a command by what somebody typed; left out where they typed nothing. */
export const given = <Name extends string>(
  name: Name,
  text: string,
): Partial<Record<Name, string>> =>
  text.trim() === '' ? {} : ({ [name]: text.trim() } as Record<Name, string>);
