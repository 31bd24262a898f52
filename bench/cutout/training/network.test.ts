import { seeded } from '@terrace/kit'
import { expect, it } from 'vitest'
import { likelihood, trainNetwork } from './network.ts'

const random = seeded('exclusive or')
/** Subject when one of two numbers alone is above zero, which no weighted sum tells. */
const examples = Array.from({ length: 2000 }, () => {
  const traits = Float32Array.of(random.next() * 8 - 4, random.next() * 2 - 1, 3)
  return { traits, truth: Number((traits[0] ?? 0) > 0 !== (traits[1] ?? 0) > 0), weight: 0.01 }
})

it('the network learns what needs a hidden layer, the same from the same seed', () => {
  const network = trainNetwork(examples, seeded(1))
  const right = examples.filter(({ traits, truth }) => likelihood(network, traits) > 0 === truth > 0.5)
  expect(right.length / examples.length).toBeGreaterThan(0.9)
  expect(trainNetwork(examples, seeded(1))).toEqual(network)
})
