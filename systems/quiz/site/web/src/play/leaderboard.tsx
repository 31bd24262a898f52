import { useQuery } from '@tanstack/react-query'
import { EmptyState, formatNumber, ListSkeleton, Load, Part } from '@terrace/ui'
import { ask } from '../api/queries.ts'
import { useServices } from '../api/services.ts'
import type { Attempt, Place } from '../api/types.ts'
import { explain } from '../explain.ts'
import { formatDuration } from '../format/duration.ts'
import { playText } from '../text/play-text.ts'
import { text } from '../text/text.ts'
import styles from './leaderboard.module.css'

export interface LeaderboardProps {
  readonly code: string
  /** Whose place is pointed out. */
  readonly own?: Attempt | undefined
}

/** The fifty best, kept fresh. */
export function Leaderboard({ code, own }: LeaderboardProps) {
  const { play } = useServices()
  const places = useQuery(ask.leaderboard(play, code))
  return (
    <Part title={playText.leaderboard}>
      <Load of={places} failure={playText.leaderboardFailure} explain={explain} skeleton={<ListSkeleton rows={4} />}>
        {rows =>
          rows.length === 0 ? (
            <EmptyState icon="person" title={playText.nobodyYet}>
              {playText.nobodyYetText}
            </EmptyState>
          ) : (
            <Table places={rows} own={own} />
          )
        }
      </Load>
    </Part>
  )
}

// Four narrow columns fit on a phone as they are: the table that becomes cards would weigh more than all the rest.
const Table = ({ places, own }: { readonly places: readonly Place[]; readonly own: Attempt | undefined }) => (
  <table aria-label={playText.leaderboard} className={styles.table}>
    <thead>
      <tr>
        <th scope="col" className={styles.number}>
          {playText.rank}
        </th>
        <th scope="col">{playText.nickname}</th>
        <th scope="col" className={styles.number}>
          {playText.points}
        </th>
        <th scope="col" className={styles.number}>
          {playText.time}
        </th>
      </tr>
    </thead>
    <tbody>
      {places.map((place, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place has no other name, and two may be the same
        <tr key={index} className={isOwn(place, own) ? styles.own : undefined}>
          <td className={styles.number}>{formatNumber(place.rank)}</td>
          <th scope="row">{isOwn(place, own) ? playText.you(place.nickname) : place.nickname}</th>
          <td className={styles.number}>{text.scoreOf(place.score, place.maxScore)}</td>
          <td className={styles.number}>{formatDuration(place.durationMs)}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

const isOwn = (place: Place, own: Attempt | undefined): boolean =>
  own?.nickname === place.nickname && own.result?.durationMs === place.durationMs && own.result.score === place.score
