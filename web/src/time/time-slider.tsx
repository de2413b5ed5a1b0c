import { useEffect, useRef, useState } from 'preact/hooks';
import { count } from '../format/numbers';
import { head } from '../live/tail';
import { At } from '../parts/at';
import { asOf, setQuery } from '../routing/route';
import { MomentField } from './moment-field';
import { place } from './moment';
import { sliderPlace } from './slider-place';

/** A key that is held down moves on; what is asked of the server is where it stops. */
const settleMilliseconds = 300;

/** Goes to any past moment of the ledger, with the page that is shown. */
export const TimeSlider = () => {
  const [draft, setDraft] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const end = head.value;
  const moment = asOf.value;
  const before = useRef<string | null>(null);
  const position = place.value?.position ?? null;
  const shown = sliderPlace({ draft, moment, position, before: before.current });
  before.current = shown;
  useEffect(() => {
    // Whoever goes elsewhere meanwhile is not taken back to where the slider was left.
    clearTimeout(timer.current);
    setDraft(null);
  }, [moment]);

  const settle = (position: string): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      setQuery({ asOf: position === String(end) ? null : position });
      setDraft(null);
    }, settleMilliseconds);
  };
  const last = end === null ? '1' : String(end);
  return (
    <section class={moment === null ? 'moment' : 'moment moment--past'} aria-label="Moment shown">
      <p class="moment__label" role="status">
        <MomentLabel draft={draft} />
      </p>
      <input
        class="moment__slider"
        type="range"
        min="1"
        max={last}
        value={shown ?? last}
        disabled={end === null || end < 2n}
        aria-label="Position in the ledger"
        aria-valuetext={valueText(shown, moment)}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
        }}
        onChange={(event) => {
          settle(event.currentTarget.value);
        }}
      />
      <MomentField />
      <button
        type="button"
        class="button button--small"
        disabled={moment === null}
        onClick={() => {
          setQuery({ asOf: null });
        }}
      >
        Now
      </button>
    </section>
  );
};

const valueText = (shown: string | null, moment: string | null): string => {
  if (shown !== null) return `position ${count(shown)}`;
  return moment === null ? 'now' : `as of ${moment}`;
};

const MomentLabel = ({ draft }: { readonly draft: string | null }) => {
  const moment = asOf.value;
  const end = head.value;
  const known = place.value;
  if (draft !== null) return <>To position {count(draft)}</>;
  if (moment === null) return <>Now{end !== null && ` · position ${count(end)}`}</>;
  if (known === null) return <>As of {moment}</>;
  return (
    <>
      As of position {count(known.position)} · <At at={known.recordedAt} />
    </>
  );
};
