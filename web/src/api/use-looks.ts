import { useEffect } from 'preact/hooks';

/** Has `look` look every so many milliseconds while `isOn` and somebody looks at the tab: for what is in no event. */
export const useLooks = (isOn: boolean, milliseconds: number, look: () => void): void => {
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(() => {
      if (!document.hidden) look();
    }, milliseconds);
    return () => {
      clearInterval(timer);
    };
  }, [isOn, milliseconds]);
};
