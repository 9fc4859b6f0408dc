//! One way of comparing names: `NFC(casefold(NFKC(s)))` without default-ignorable code points.
//!
//! RFC 7644 5 wants user names prepared before they are compared; the folded form is also the key under which the
//! store keeps them, so that `Ada@Harbor.example` and `ada@harbor.example` are one person everywhere.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// Rounds after which folding is taken to have settled. Two are known to be needed by some rare sequences, where
/// composing or dropping a code point brings together what a further round joins.
const ROUNDS: usize = 8;

/// The form under which two texts are the same. Folding a folded text changes nothing.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut folded = once(text);
    for _ in 1..ROUNDS {
        let again = once(&folded);
        if again == folded {
            break;
        }
        folded = again;
    }
    folded
}

/// Whether two texts fold alike.
pub fn same(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() { left.eq_ignore_ascii_case(right) } else { fold(left) == fold(right) }
}

fn once(text: &str) -> String {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let compatible = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    let visible: String =
        CaseMapper::new().fold_string(&compatible).chars().filter(|c| !ignorable.contains(*c)).collect();
    ComposingNormalizerBorrowed::new_nfc().normalize(&visible).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_name_meet() {
        for (left, right) in [
            ("Ada@Harbor.Example", "ada@harbor.example"),
            ("Straße", "STRASSE"),
            ("e\u{301}", "É"),
            ("ｆｕｌｌ", "FULL"),
            ("a\u{ad}b\u{200b}", "ab"),
            ("ΌΣΟΣ", "όσος"),
            ("ﬁ", "FI"),
        ] {
            assert_eq!(fold(left), fold(right), "{left} {right}");
            assert!(same(left, right), "{left} {right}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        assert_ne!(fold("ada"), fold("adä"));
        assert_ne!(fold("i"), fold("ı"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,24}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn any_sequence_settles(characters in proptest::collection::vec(any::<char>(), 0..12)) {
            let folded = fold(&characters.into_iter().collect::<String>());
            prop_assert_eq!(fold(&folded), folded);
        }

        #[test]
        fn the_short_way_for_ascii_is_the_long_way(text in "[ -~]{0,24}") {
            prop_assert_eq!(fold(&text), once(&text));
        }
    }
}
