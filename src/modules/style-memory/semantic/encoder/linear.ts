import { multiplyAddIn, numbersAtOnce, tile } from './matrix-kernel';
import type { MultiplyAdd } from './matrix-kernel';
import { roundRowsIn } from './rounding-kernel';
import type { RoundRows } from './rounding-kernel';

/** No sum of 1,536 products of these leaves 32 bits: 1,536 * 511 * 2,047 < 2^31. */
const rightLimit = 511;
const leftLimit = 2_047;
const longestRow = 1_536;

const pageBytes = 65_536;

const roundedUp = (count: number, multiple: number): number =>
  Math.ceil(count / multiple) * multiple;

/** A matrix within an array, by rows or by columns. */
export interface Matrix {
  readonly values: Float32Array;
  readonly offset?: number;
  readonly rows: number;
  readonly columns: number;
  /** From one number to the one below it. */
  readonly rowStride: number;
  /** From one number to the one beside it; 1 where absent. */
  readonly columnStride?: number;
}

/** A matrix as integers in the memory of the kernel, by addresses; each row has a scale of its own. */
interface Packed {
  readonly rows: number;
  readonly address: number;
  readonly end: number;
  readonly scales: number;
}

/** Where a matrix may be packed. */
type Room = Pick<Packed, 'address' | 'scales'>;

/** A layer `y = Wx + b`. */
export interface Linear {
  readonly inputs: number;
  readonly weights: Packed;
  /** Its address. */
  readonly bias: number;
}

/**
 * Products of matrices in WebAssembly, on 16-bit integers: twice as many products an instruction as
 * with floats, and half the memory to read, which is what short texts wait for. Left factors (what
 * comes in) are rounded to 12 bits and right ones (weights) to 10, row by row; the vectors that
 * come out have a cosine above 0.9999 with those made with floats.
 */
export class LinearAlgebra {
  private readonly memory = new WebAssembly.Memory({ initial: 1 });
  private readonly multiplyAdd: MultiplyAdd = multiplyAddIn(this.memory);
  private readonly roundRows: RoundRows = roundRowsIn(this.memory);
  private end = 0;
  private readonly left: Room;
  private readonly right: Room;
  private readonly product: number;
  private readonly noBias: number;
  private readonly staging: number;
  private readonly leftLimit: number;
  private readonly rightLimit: number;

  /** For left factors of at most `rows` rows; also the most that a right one has that is no layer's. */
  constructor(private readonly rows: number) {
    this.left = this.room(rows, longestRow);
    this.right = this.room(rows, rows);
    this.product = this.allocate(rows * longestRow * 4);
    this.noBias = this.allocate(rows * 4);
    this.staging = this.allocate(rows * longestRow * 4);
    this.leftLimit = this.constant(leftLimit);
    this.rightLimit = this.constant(rightLimit);
  }

  /** Takes in a layer's weights, `kernel[input * outputs + output]`. */
  layer(kernel: Float32Array, bias: Float32Array): Linear {
    const outputs = bias.length;
    const inputs = kernel.length / outputs;
    const shape = { rows: outputs, columns: inputs, rowStride: 1, columnStride: outputs };
    const room = this.room(outputs, inputs);
    const address = this.allocate(outputs * 4);
    new Float32Array(this.memory.buffer, address, outputs).set(bias);
    const weights = this.pack({ values: kernel, ...shape }, room, this.rightLimit, tile.right);
    return { inputs, weights, bias: address };
  }

  /** The layer's outputs for each of `rows` rows of inputs. */
  apply({ inputs, weights, bias }: Linear, values: Float32Array, rows: number): Float32Array {
    return this.productOf({ values, rows, columns: inputs, rowStride: inputs }, weights, bias);
  }

  /** The product of a matrix and the transpose of another, by rows. */
  times(left: Matrix, right: Matrix): Float32Array {
    const packed = this.pack(right, this.right, this.rightLimit, tile.right);
    return this.productOf(left, packed, this.noBias);
  }

  private productOf(matrix: Matrix, right: Packed, bias: number): Float32Array {
    const left = this.pack(matrix, this.left, this.leftLimit, tile.left);
    const width = roundedUp(right.rows, tile.right);
    this.multiplyAdd(
      left.address,
      right.address,
      this.product,
      left.end,
      right.end,
      2 * roundedUp(matrix.columns, numbersAtOnce),
      left.scales,
      right.scales,
      bias,
      4 * width,
    );
    const product = new Float32Array(this.memory.buffer, this.product, left.rows * width);
    if (width === right.rows) return product.slice();
    const result = new Float32Array(left.rows * right.rows);
    for (let row = 0; row < left.rows; row += 1) {
      const from = row * width;
      result.set(product.subarray(from, from + right.rows), row * right.rows);
    }
    return result;
  }

  /** Puts a matrix into the kernel's memory, rounded so that the largest of a row is what is at `limit`. */
  private pack(matrix: Matrix, { address, scales }: Room, limit: number, by: number): Packed {
    const { rows, columns } = matrix;
    const width = roundedUp(columns, numbersAtOnce);
    const height = roundedUp(rows, by);
    for (let from = 0; from < height; from += this.rows) {
      const count = Math.min(this.rows, height - from);
      this.stage(matrix, from, count, width);
      const end = this.staging + count * width * 4;
      const target = address + from * width * 2;
      this.roundRows(this.staging, end, width * 4, target, scales + from * 4, limit);
    }
    return { rows, address, end: address + height * width * 2, scales };
  }

  /** Copies `count` rows of a matrix to where they are rounded, with zeros for what it does not have. */
  private stage(matrix: Matrix, first: number, count: number, width: number): void {
    const { values, offset = 0, rows, columns, rowStride, columnStride = 1 } = matrix;
    const staged = new Float32Array(this.memory.buffer, this.staging, count * width);
    if (width > columns || first + count > rows) staged.fill(0);
    for (let row = 0; row < Math.min(count, rows - first); row += 1) {
      const from = offset + (first + row) * rowStride;
      if (columnStride === 1) staged.set(values.subarray(from, from + columns), row * width);
      else {
        for (let column = 0; column < columns; column += 1) {
          staged[row * width + column] = values[from + column * columnStride] ?? 0;
        }
      }
    }
  }

  private constant(value: number): number {
    const address = this.allocate(4);
    new Float32Array(this.memory.buffer, address, 1).set([value]);
    return address;
  }

  private room(rows: number, columns: number): Room {
    const width = roundedUp(columns, numbersAtOnce);
    return {
      address: this.allocate(roundedUp(rows, tile.right) * width * 2),
      scales: this.allocate(roundedUp(rows, tile.right) * 4),
    };
  }

  /** Room for `bytes`, aligned to a vector. */
  private allocate(bytes: number): number {
    const address = this.end;
    this.end += roundedUp(bytes, 16);
    const missing = this.end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / pageBytes));
    return address;
  }
}
