const rememberedAtMost = 2_000;

/** Vectors of texts that were asked for lately: the same questions come again. About 4 MiB at most. */
export class RecentVectors {
  private readonly vectors = new Map<string, Float32Array>(); // the one used longest ago comes first

  async of(text: string, make: () => Promise<Float32Array>): Promise<Float32Array> {
    const vector = this.vectors.get(text) ?? (await make());
    this.vectors.delete(text);
    this.vectors.set(text, vector);
    const [oldest] = this.vectors.keys();
    if (this.vectors.size > rememberedAtMost && oldest !== undefined) this.vectors.delete(oldest);
    return vector;
  }
}
