import { decode } from '@terrace/ui'
import { useCallback, useState } from 'react'
import type { Ticket } from '../api/play-api.ts'
import type { Plain } from '../api/types.ts'
import { readStored, writeStored } from './stored.ts'

const ticketOf = decode.object<Plain<Ticket>>({ id: decode.text, token: decode.text })

const keyOf = (code: string) => `quiz.ticket.${code.toUpperCase()}`

/** The attempt that was begun in this browser at the quiz of a code, through reloads, until it is put away. */
export function useTicket(code: string) {
  const [ticket, setTicket] = useState(() => readTicket(code))
  const keep = useCallback(
    (next: Ticket | undefined) => {
      writeStored(keyOf(code), next)
      setTicket(next)
    },
    [code],
  )
  return [ticket, keep] as const
}

function readTicket(code: string): Ticket | undefined {
  try {
    return ticketOf(readStored(keyOf(code)))
  } catch {
    return undefined
  }
}
