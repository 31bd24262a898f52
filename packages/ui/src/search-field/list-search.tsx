import { useEffect, useRef, useState } from 'react'
import { useSettled } from '../hooks/use-settled.ts'
import { SearchField } from './search-field.tsx'

/** Typing pauses this long before it is searched for, milliseconds. */
const TYPING_MS = 200

export interface ListSearchProps {
  readonly label: string
  readonly placeholder: string
  /** What is searched for now, from the address. */
  readonly q: string
  readonly onSearch: (q: string) => void
}

/** A search over a list whose text lives in the address, but only after a pause in typing. */
export function ListSearch({ label, placeholder, q, onSearch }: ListSearchProps) {
  const [typed, setTyped] = useState(q)
  const settled = useSettled(typed.trim(), TYPING_MS)
  const sent = useRef(q)
  const search = useRef(onSearch)
  search.current = onSearch
  useEffect(() => {
    if (settled === sent.current) return
    sent.current = settled
    search.current(settled)
  }, [settled])
  useEffect(() => {
    // The address changed by other means: back, a link, "show all".
    if (q === sent.current) return
    sent.current = q
    setTyped(q)
  }, [q])
  return <SearchField label={label} placeholder={placeholder} value={typed} onChange={setTyped} />
}
