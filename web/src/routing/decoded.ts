/** A part of an address; as it stands where somebody wrote it in a way that cannot be decoded. */
export const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
