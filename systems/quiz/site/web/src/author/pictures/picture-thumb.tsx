import { isUnderWay } from '../../api/queries.ts'
import { authorText } from '../../text/author-text.ts'
import { pictureWords } from './picture-words.ts'
import styles from './pictures.module.css'
import { usePicture } from './use-picture.ts'

/** A picture small, and in a word that it isn't what it will be. */
export function PictureThumb({ accountId, id }: { readonly accountId: number; readonly id: string }) {
  const { data } = usePicture(accountId, id)
  if (!data) return <span className={styles.thumb} />
  const words = isUnderWay(data) ? pictureWords(data) : ''
  return (
    <span className={styles.thumbBox}>
      <img src={data.cutoutUrl ?? data.url} alt={authorText.preview} className={styles.thumb} />
      {words !== '' && <span className={styles.thumbWords}>{words}</span>}
    </span>
  )
}
