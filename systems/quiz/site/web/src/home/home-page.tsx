import { LinkButton, PageTitle } from '@terrace/ui'
import { text } from '../text/text.ts'
import styles from './home.module.css'
import { JoinForm } from './join-form.tsx'

/** The start page: in with a code, or on to one's own quizzes. */
export const HomePage = () => (
  <>
    <PageTitle application={text.application}>{text.start}</PageTitle>
    <div className={styles.ways}>
      <section className={styles.way} aria-label={text.joinTitle}>
        <h2>{text.joinTitle}</h2>
        <p className={styles.note}>{text.joinText}</p>
        <JoinForm />
      </section>
      <section className={styles.way} aria-label={text.makeTitle}>
        <h2>{text.makeTitle}</h2>
        <p className={styles.note}>{text.makeText}</p>
        <LinkButton href="/quizzes">{text.toQuizzes}</LinkButton>
      </section>
    </div>
  </>
)
