const range = (least: number, most: number, step: number): readonly number[] =>
  Array.from({ length: (most - least) / step + 1 }, (_, i) => least + i * step)

/**
 * The memory in MiB that Fargate has for each number of CPU units.
 *
 * @see Amazon ECS Developer Guide, "Amazon ECS task definition parameters for Fargate", task size
 */
export const FARGATE_SIZES: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: range(1024, 4096, 1024),
  1024: range(2048, 8192, 1024),
  2048: range(4096, 16_384, 1024),
  4096: range(8192, 30_720, 1024),
  8192: range(16_384, 61_440, 4096),
  16384: range(32_768, 122_880, 8192),
}
