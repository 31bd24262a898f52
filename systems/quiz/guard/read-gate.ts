import type { Gate } from './gate.ts'

/** The gate in a parameter's text. What is no gate counts as open: nobody is kept out by a broken value. */
export function readGate(text: string): Gate {
  const value = parse(text)
  if (typeof value !== 'object' || value === null) return OPEN
  const { state, until, reason }: Partial<Record<string, unknown>> = { ...value }
  if (state !== 'restricted' || typeof until !== 'string' || Number.isNaN(Date.parse(until))) return OPEN
  return { state, until, reason: typeof reason === 'string' ? reason : '' }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const OPEN = { state: 'open' } as const
