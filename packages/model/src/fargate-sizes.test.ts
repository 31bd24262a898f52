import { describe, expect, it } from 'vitest'
import { FARGATE_SIZES } from './fargate-sizes.ts'

/** ECS Developer Guide, "AWS Fargate", task size. */
describe('a size of Fargate', () => {
  it.each([
    [256, 512, true],
    [256, 1024, true],
    [256, 1536, false],
    [256, 2048, true],
    [256, 4096, false],
    [512, 1024, true],
    [512, 1536, false],
    [1024, 8192, true],
    [1024, 9216, false],
    [4096, 30_720, true],
    [8192, 16_384, true],
    [8192, 18_432, false],
    [16_384, 122_880, true],
    [300, 512, false],
  ])('of %i CPU units and %i MiB: %s', (cpu, memory, is) =>
    expect(FARGATE_SIZES[cpu]?.includes(memory) ?? false).toBe(is),
  )
})
