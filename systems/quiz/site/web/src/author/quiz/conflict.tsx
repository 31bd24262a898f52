import { Button } from '@terrace/ui'
import type { Quiz } from '../../api/types.ts'
import { authorText } from '../../text/author-text.ts'
import styles from './quiz.module.css'

type About = Pick<Quiz, 'title' | 'description'>

export interface ConflictProps {
  readonly theirs: About
  readonly mine: About
  readonly isKeeping: boolean
  readonly onKeepMine: () => void
  readonly onTakeTheirs: () => void
}

/** Two versions beside each other, and the choice between them. */
export const Conflict = ({ theirs, mine, isKeeping, onKeepMine, onTakeTheirs }: ConflictProps) => (
  <section role="alert" className={styles.conflict}>
    <h3>{authorText.conflictTitle}</h3>
    <p>{authorText.conflictText}</p>
    <div className={styles.versions}>
      <Version heading={authorText.theirs} about={theirs} />
      <Version heading={authorText.mine} about={mine} />
    </div>
    <div className={styles.ways}>
      <Button onPress={onKeepMine} isPending={isKeeping}>
        {authorText.keepMine}
      </Button>
      <Button onPress={onTakeTheirs}>{authorText.takeTheirs}</Button>
    </div>
  </section>
)

const Version = ({ heading, about }: { readonly heading: string; readonly about: About }) => (
  <div className={styles.version}>
    <p className={styles.note}>{heading}</p>
    <p>
      <strong>{about.title}</strong>
    </p>
    <p className={styles.paragraphs}>{about.description}</p>
  </div>
)
