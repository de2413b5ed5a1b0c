import { spoken } from '../format/names';
import type { Tone } from './tone';
import { toneOf } from './tone';

interface Properties {
  readonly name: string;
  readonly tone?: Tone;
}

/** A status as a word; its colour only says it again. */
export const Status = ({ name, tone = toneOf(name) }: Properties) => (
  <span class={`status status--${tone}`}>{spoken(name)}</span>
);
