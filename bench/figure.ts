/** One measured figure, printed as one line of JSON. */
export interface Figure {
  /** Name of the bench it belongs to, as `npm run bench -- --list` prints it. */
  readonly bench: string
  /** What was measured, in words. */
  readonly figure: string
  /** What we reached, in `unit`. */
  readonly ours: number
  /** What the peer reached in the same run and unit; null when there is none or it isn't installed (`note` says which). */
  readonly peer: number | null
  /** `ours / peer`. */
  readonly ratio: number | null
  readonly unit: string
  /** What has to hold, such as `≥ 0.75×` or `≤ 600 MB`. */
  readonly bar: string
  readonly pass: boolean
  readonly note?: string
}

/** One folder of `bench/`: exports a `bench` of this shape from its `index.ts`. */
export interface Bench {
  readonly name: string
  /** One line for `--list`. */
  readonly describe: string
  run(options: BenchOptions): AsyncIterable<Figure>
}

export interface BenchOptions {
  /** Seeds whatever is generated. */
  readonly seed: number
  /** Shorter rounds, for trying the bench itself; the figures don't count. */
  readonly quick: boolean
  /** How many cases to generate, for the benches that generate some; each has its own default. */
  readonly count?: number
  /** Which segmenter to measure, for the bench of cut-outs. */
  readonly segmenter?: string
}
