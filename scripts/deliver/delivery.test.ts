import { describe, expect, it } from 'vitest'
import { deliver, type Steps } from './delivery.ts'

type Work = () => Promise<boolean>
const well: Work = async () => true
const unwell: Work = async () => false
const broken: Work = async () => {
  throw new Error('AWS does not answer')
}

/** A delivery with these steps, and everything that happens in it, in its order. */
function delivery(
  given: Partial<Record<'deploy' | 'rollOut' | 'smokeNew' | 'goBack' | 'smokeAny', Work>>,
  isFirst = false,
) {
  const done: string[] = []
  const step = (name: 'deploy' | 'rollOut' | 'smokeNew' | 'goBack' | 'smokeAny') => () => {
    done.push(name)
    return (given[name] ?? well)()
  }
  const steps: Steps = {
    deploy: step('deploy'),
    rollOut: step('rollOut'),
    smokeNew: step('smokeNew'),
    smokeAny: step('smokeAny'),
    ...(!isFirst && { goBack: step('goBack') }),
    say: line => done.push(line),
  }
  return { steps, done }
}

describe('a delivery', () => {
  it('I-13: deploys, rolls out, and looks at the new version', async () => {
    const { steps, done } = delivery({})
    expect(await deliver(steps)).toBe('delivered')
    expect(done).toEqual(['deploy', 'rollOut', 'smokeNew', 'delivered'])
  })

  it('I-13: that CloudFormation refuses has gone back already', async () => {
    const { steps, done } = delivery({ deploy: unwell })
    expect(await deliver(steps)).toBe('back')
    expect(done).toEqual(['deploy', 'the deployment failed', 'smokeAny', 'the version before serves'])
  })

  it.each([
    ['the rollout', { rollOut: unwell }, ['deploy', 'rollOut', 'the rollout failed']],
    ['the rollout', { rollOut: broken }, ['deploy', 'rollOut', 'the rollout failed: Error: AWS does not answer']],
    ['the smoke test', { smokeNew: unwell }, ['deploy', 'rollOut', 'smokeNew', 'the smoke test failed']],
  ])('I-13: goes back by itself when %s fails', async (_step, failing, before) => {
    const { steps, done } = delivery(failing)
    expect(await deliver(steps)).toBe('back')
    expect(done).toEqual([
      ...[...before, 'going back to the version before', 'goBack', 'smokeAny', 'the version before serves'],
    ])
  })

  it.each([
    ['going back fails', { smokeNew: unwell, goBack: unwell }],
    ['going back breaks', { smokeNew: unwell, goBack: broken }],
    ['the version before is not well, either', { smokeNew: unwell, smokeAny: unwell }],
    ['nobody can look', { deploy: unwell, smokeAny: broken }],
  ])('asks for somebody when %s', async (_what, failing) => {
    const { steps, done } = delivery(failing)
    expect(await deliver(steps)).toBe('broken')
    expect(done.at(-1)).toContain('somebody has to look')
  })

  it('the first one of all has nothing to go back to', async () => {
    const { steps, done } = delivery({ smokeNew: unwell }, true)
    expect(await deliver(steps)).toBe('broken')
    expect(done.at(-1)).toBe('there is no version before to go back to')
  })
})
