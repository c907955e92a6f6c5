//! Many questions at once: answered on all cores, taken in the order in which they were asked.
//!
//! Questions come in handfuls from a thread that may wait for them; each handful is answered by one
//! core, and the answers are handed out in order on the caller's thread, which may wait too. No more
//! than [`MAX_ROWS_IN_FLIGHT`] questions are on their way at a time, however fast they come and
//! however slowly their answers are taken. What a question is, is not known here.

use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};

/// Questions of one handful: few, so that the first answers leave soon and long ones hold little memory.
pub const ROWS_AT_ONCE: usize = 16;

/// Questions that were read and whose answers were not taken yet, at most. Each may have an answer of
/// some hundred kilobytes, as that of a postcode has.
pub const MAX_ROWS_IN_FLIGHT: usize = 512;

/// Handfuls for each core: one that it works on, and others so that it need not wait.
const HANDFULS_A_CORE: usize = 3;

/// Takes answers, in the order of their questions.
pub trait Takes<A> {
    /// Why no more is taken.
    type Error;

    /// Takes the next answer.
    ///
    /// # Errors
    /// Nobody wants more: no further question is answered.
    fn take(&mut self, answer: A) -> Result<(), Self::Error>;

    /// Nothing more is ready at the moment: what was taken should be passed on.
    ///
    /// # Errors
    /// As for [`Takes::take`].
    fn pause(&mut self) -> Result<(), Self::Error>;
}

/// Answers questions on all cores and hands the answers out in order.
///
/// It must not be called from a thread of the pool, whose place it would take while it waits.
///
/// # Errors
/// The taker's. Questions that were read by then are lost.
pub fn in_order<Q, A, T>(
    handfuls: impl Iterator<Item = Vec<Q>> + Send,
    answer: impl Fn(Q) -> A + Sync,
    taker: &mut T,
) -> Result<(), T::Error>
where
    Q: Send,
    A: Send,
    T: Takes<A>,
{
    let most = MAX_ROWS_IN_FLIGHT / ROWS_AT_ONCE;
    // Those in the queue, the one that is being taken, and the one that waits for room in the queue.
    let in_queue = (rayon::current_num_threads() * HANDFULS_A_CORE).min(most) - 2;
    let answer = &answer;
    rayon::in_place_scope(|pool| {
        std::thread::scope(|threads| {
            let (queue, answered) = sync_channel::<Receiver<Vec<A>>>(in_queue);
            threads.spawn(move || {
                for handful in handfuls {
                    let (done, receiver) = sync_channel(1);
                    if queue.send(receiver).is_err() {
                        return;
                    }
                    pool.spawn(move |_| {
                        let answers = handful.into_iter().map(answer).collect();
                        // Where nobody takes any more, the answers are not needed.
                        let _ = done.send(answers);
                    });
                }
            });
            take_all(&answered, taker)
        })
    })
}

fn take_all<A, T: Takes<A>>(
    answered: &Receiver<Receiver<Vec<A>>>,
    taker: &mut T,
) -> Result<(), T::Error> {
    while let Some(handful) = next(answered, taker)? {
        // A handful without answers is one whose work panicked; the pool's scope passes that on.
        let Some(answers) = next(&handful, taker)? else {
            break;
        };
        for answer in answers {
            taker.take(answer)?;
        }
    }
    taker.pause()
}

/// The next thing of a queue, or `None` at its end; the taker is told before it is waited for.
fn next<I, A, T: Takes<A>>(queue: &Receiver<I>, taker: &mut T) -> Result<Option<I>, T::Error> {
    match queue.try_recv() {
        Ok(item) => Ok(Some(item)),
        Err(TryRecvError::Disconnected) => Ok(None),
        Err(TryRecvError::Empty) => {
            taker.pause()?;
            Ok(queue.recv().ok())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Keeps what it takes, up to a number.
    struct Kept {
        answers: Vec<usize>,
        most: usize,
        pauses: usize,
    }

    impl Kept {
        fn up_to(most: usize) -> Self {
            Self {
                answers: Vec::new(),
                most,
                pauses: 0,
            }
        }
    }

    impl Takes<usize> for Kept {
        type Error = ();

        fn take(&mut self, answer: usize) -> Result<(), ()> {
            if self.answers.len() == self.most {
                return Err(());
            }
            self.answers.push(answer);
            Ok(())
        }

        fn pause(&mut self) -> Result<(), ()> {
            self.pauses += 1;
            Ok(())
        }
    }

    /// The numbers below `count`, in handfuls.
    fn handfuls(count: usize) -> impl Iterator<Item = Vec<usize>> + Send {
        let starts = (0..count).step_by(ROWS_AT_ONCE);
        starts.map(move |from| (from..count.min(from + ROWS_AT_ONCE)).collect())
    }

    /// Work that takes longer for some than for others.
    fn slow_square(question: usize) -> usize {
        let rounds = if question.is_multiple_of(7) {
            20_000
        } else {
            10
        };
        let mut waste = question;
        for round in 0..rounds {
            waste = std::hint::black_box(waste.wrapping_mul(31).wrapping_add(round));
        }
        question * question
    }

    #[test]
    fn answers_come_in_the_order_of_the_questions_and_the_last_handful_may_be_short() {
        for count in [0, 1, 7, 8, 9, 10_003] {
            let mut kept = Kept::up_to(usize::MAX);
            in_order(handfuls(count), slow_square, &mut kept).expect("all taken");
            let squares: Vec<usize> = (0..count).map(|n| n * n).collect();
            assert_eq!(kept.answers, squares);
            assert!(kept.pauses > 0, "at least at the end");
        }
    }

    #[test]
    fn questions_are_not_read_far_ahead_of_a_taker_that_is_slow() {
        struct Slow<'a> {
            taken: usize,
            read: &'a AtomicUsize,
            farthest: usize,
        }
        impl Takes<usize> for Slow<'_> {
            type Error = ();
            fn take(&mut self, _: usize) -> Result<(), ()> {
                std::thread::yield_now();
                self.farthest = self
                    .farthest
                    .max(self.read.load(Ordering::SeqCst) - self.taken);
                self.taken += 1;
                Ok(())
            }
            fn pause(&mut self) -> Result<(), ()> {
                Ok(())
            }
        }
        let read = AtomicUsize::new(0);
        let counted = handfuls(20_000).inspect(|handful| {
            read.fetch_add(handful.len(), Ordering::SeqCst);
        });
        let mut slow = Slow {
            taken: 0,
            read: &read,
            farthest: 0,
        };
        in_order(counted, |question| question, &mut slow).expect("all taken");
        assert_eq!(slow.taken, 20_000);
        assert!(slow.farthest <= MAX_ROWS_IN_FLIGHT, "{}", slow.farthest);
    }

    #[test]
    fn nothing_more_is_read_once_nobody_takes_any_more() {
        let read = AtomicUsize::new(0);
        let without_end = (0..).map(|n| {
            read.fetch_add(1, Ordering::SeqCst);
            vec![n]
        });
        let mut kept = Kept::up_to(20);
        in_order(without_end, |question| question, &mut kept).expect_err("no more");
        assert_eq!(kept.answers, (0..20).collect::<Vec<_>>());
        assert!(read.load(Ordering::SeqCst) < 20 + MAX_ROWS_IN_FLIGHT);
    }

    #[test]
    #[should_panic(expected = "question 11")]
    fn a_question_that_panics_is_no_shorter_list_of_answers() {
        let answer = |question: usize| {
            assert!(question != 11, "question 11");
            question
        };
        let _ = in_order(handfuls(100), answer, &mut Kept::up_to(usize::MAX));
    }
}
