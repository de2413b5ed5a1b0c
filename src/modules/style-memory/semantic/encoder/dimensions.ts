/** Numbers of a vector of the packaged model. */
export const dimensions = 512;
