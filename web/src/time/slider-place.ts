import { isPosition } from './moment-text';

interface Shown {
  /** Where somebody drags it to. */
  readonly draft: string | null;
  /** A position, or a time; null for now. */
  readonly moment: string | null;
  /** Where that lies; null until it is known. */
  readonly position: string | null;
  /** Where it stood before. */
  readonly before: string | null;
}

/**
 * The position that the slider stands at; null for the end, which is now. Until it is known where a past
 * time lies it stays where it stood: at the end it would say now.
 */
export const sliderPlace = ({ draft, moment, position, before }: Shown): string | null => {
  if (draft !== null) return draft;
  if (moment === null) return null;
  return isPosition(moment) ? moment : (position ?? before);
};
