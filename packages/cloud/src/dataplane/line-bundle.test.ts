import { describe, expect, it } from 'vitest'
import { type LineBundle, LineBundler } from './line-bundle.ts'

function bundling() {
  const bundles: LineBundle[] = []
  return { bundles, bundler: new LineBundler(bundle => bundles.push(bundle)) }
}

const textOf = (bundles: readonly LineBundle[]) => bundles.map(({ text }) => new TextDecoder().decode(text)).join('')

describe('bundles of lines', () => {
  it('hold the lines in order, as UTF-8, and are counted', () => {
    const { bundler, bundles } = bundling()
    bundler.flush()
    bundler.add('one')
    bundler.add('zwölf €')
    bundler.flush()
    bundler.flush()
    expect(bundles.map(({ count }) => count)).toEqual([2])
    expect(textOf(bundles)).toBe('one\nzwölf €\n')
  })

  it('are handed on when they are full: no line is cut, none is lost', () => {
    const { bundler, bundles } = bundling()
    const lines = Array.from({ length: 5000 }, (_, index) => `${index} ${'é'.repeat(index % 300)}`)
    for (const line of lines) bundler.add(line)
    bundler.add('x'.repeat(1_000_000))
    bundler.flush()
    expect(bundles.length).toBeGreaterThan(5)
    expect(bundles.every(({ text }) => text.at(-1) === 10)).toBe(true)
    expect(bundles.reduce((sum, { count }) => sum + count, 0)).toBe(5001)
    expect(textOf(bundles)).toBe([...lines, 'x'.repeat(1_000_000), ''].join('\n'))
  })

  it('own their memory', () => {
    const { bundler, bundles } = bundling()
    bundler.add('one')
    bundler.flush()
    const [bundle] = bundles
    if (bundle) structuredClone(bundle, { transfer: [bundle.text.buffer] })
    bundler.add('two')
    bundler.flush()
    expect(textOf(bundles.slice(1))).toBe('two\n')
  })
})
