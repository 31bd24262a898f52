import { useQuery } from '@tanstack/react-query'
import type { NavItem } from '@terrace/ui'
import { useLocation } from 'react-router'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import { text } from '../text/text.ts'

/** The links of the header. Players have no session, and none is asked for: for them there is only the way to play. */
export function useSections(): readonly NavItem[] {
  const { api } = useServices()
  const { pathname } = useLocation()
  const isPlaying = pathname.startsWith('/play')
  const session = useQuery({ ...ask.session(api), enabled: !isPlaying })
  const isThere = (href: string) => `${pathname}/`.startsWith(`${href}/`)
  const play = { href: '/', label: text.play, isCurrent: pathname === '/' || isPlaying }
  if (isPlaying) return [play]
  const sections = [
    { href: '/quizzes', label: text.quizzes },
    session.data?.account === null
      ? { href: '/sign-in', label: text.logIn }
      : { href: '/account', label: text.account },
  ]
  return [play, ...sections.map(section => ({ ...section, isCurrent: isThere(section.href) }))]
}
