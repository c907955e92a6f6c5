//! Room for long tables on large pages of memory.
//!
//! A nation's tables are looked up in no order, so nearly every look-up needs a page that the processor has
//! no address for at hand; with pages of 2 MB instead of 4 kB it has them all.

/// A table with fewer bytes than this has few pages anyway.
const WORTH_IT: usize = 4 << 20;

/// An empty vector with room for so many items, on large pages where the system has them.
pub(super) fn roomy<T>(count: usize) -> Vec<T> {
    let mut all = Vec::with_capacity(count);
    if count * size_of::<T>() >= WORTH_IT {
        ask_for_large_pages(all.spare_capacity_mut());
    }
    all
}

#[cfg(target_os = "linux")]
fn ask_for_large_pages<T>(room: &mut [std::mem::MaybeUninit<T>]) {
    /// The pages that addresses are rounded to; larger than any smallest page.
    const PAGE: usize = 1 << 16;
    let start = room.as_mut_ptr().cast::<u8>();
    let skipped = start.align_offset(PAGE);
    let Some(bytes) = size_of_val(room).checked_sub(skipped) else {
        return;
    };
    #[allow(
        unsafe_code,
        reason = "the standard library cannot say what memory is for"
    )]
    // SAFETY: the range lies in the vector's own memory; the call changes no byte of it, and a failure
    // leaves the small pages, which do as well.
    unsafe {
        libc::madvise(
            start.add(skipped).cast(),
            bytes / PAGE * PAGE,
            libc::MADV_HUGEPAGE,
        );
    }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages<T>(_: &mut [std::mem::MaybeUninit<T>]) {}
