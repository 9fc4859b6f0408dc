//! What every store must do, as tests against the trait alone. [`run_contract`] makes a test of each for one
//! implementation.

pub(super) mod counting;
pub(super) mod credentials;
pub(super) mod event_search;
pub(super) mod events;
pub(super) mod fixtures;
pub(super) mod groups;
pub(super) mod jobs;
pub(super) mod memberships;
pub(super) mod ordering;
pub(super) mod pushes;
pub(super) mod users;

/// Makes the contract's tests for an implementation. `$open` is an async function that gives an empty store as
/// `Arc<dyn Store>` and whatever must live as long.
macro_rules! run_contract {
    ($open:path) => {
        crate::store::contract::each! { $open;
            jobs::a_job_that_fails_leaves_its_neighbours_alone,
            jobs::a_job_sees_what_the_one_before_it_wrote,
            jobs::a_rule_runs_again_for_what_it_asks_for,
            jobs::a_rule_that_never_has_enough_is_an_error,
            jobs::a_rule_that_panics_harms_nobody_else,
            jobs::an_answer_comes_out_of_the_rule,
            jobs::a_full_queue_turns_jobs_away_but_not_events,
            jobs::hanging_up_does_not_undo_a_job,
            jobs::a_closed_store_has_written_what_waited_and_takes_no_more,
            users::a_user_comes_back_as_written,
            users::names_are_unique_and_free_again_after_a_delete,
            users::an_id_can_go_on_to_a_new_account,
            users::a_user_who_does_not_exist_cannot_be_updated,
            users::users_are_found_by_each_key,
            users::the_accounts_of_one_person_are_found_both_ways,
            users::pages_follow_the_order_of_creation,
            users::a_walk_over_the_pages_skips_nobody_when_others_are_deleted,
            users::a_search_knows_no_case,
            users::windows_are_sorted_and_counted,
            users::who_was_made_last_stands_last_whatever_place_they_took,
            users::every_term_of_a_filter_is_looked_for,
            users::people_are_read_by_id_and_their_sessions_counted,
            ordering::a_walk_misses_nobody_who_stays,
            groups::a_group_comes_back_as_written,
            groups::group_names_are_unique_and_free_again_after_a_delete,
            groups::a_place_in_the_order_is_given_once_over_users_and_groups,
            groups::an_id_belongs_to_a_user_or_to_a_group,
            groups::a_group_that_does_not_exist_is_not_written_to,
            groups::groups_are_found_by_each_key,
            groups::pages_of_groups_follow_the_order_of_creation,
            groups::a_walk_over_the_pages_of_groups_skips_none_when_others_are_deleted,
            groups::groups_are_searched_and_counted,
            memberships::members_come_back_in_order_of_id,
            memberships::every_member_is_in_one_window_by_key,
            memberships::members_are_counted_and_leave_the_version_alone,
            memberships::who_is_deleted_leaves_every_group,
            memberships::who_leaves_every_group_stays_a_user,
            memberships::a_group_in_itself_can_be_deleted,
            memberships::a_user_comes_with_groups,
            memberships::a_cycle_of_groups_ends,
            memberships::users_are_found_by_their_group,
            memberships::rules_see_groups_and_their_members,
            memberships::how_members_stand_is_read_beside_the_writer,
            memberships::memberships_stay_with_an_id_that_goes_on,
            memberships::fifty_thousand_members_come_and_go,
            credentials::a_token_comes_back_as_written,
            credentials::a_revoked_token_keeps_its_first_time,
            credentials::the_use_of_a_token_is_noted,
            credentials::the_use_of_a_token_is_counted_by_day,
            credentials::a_replaced_token_ends_with_the_overlap,
            credentials::sessions_end_with_the_access_of_their_user,
            credentials::sessions_are_listed_touched_and_ended,
            credentials::a_user_has_one_sign_in_code_and_uses_it_once,
            credentials::settings_are_kept,
            events::an_event_comes_back_as_written,
            events::events_are_numbered_in_order_without_gaps,
            events::what_is_announced_can_be_read,
            events::the_log_is_filtered,
            events::a_reader_that_follows_gets_everything_once,
            events::old_events_are_forgotten_by_age_and_by_size,
            events::numbers_of_forgotten_events_are_not_given_again,
            events::the_snapshot_of_the_diagnosis_is_kept,
            event_search::the_log_is_searched_in_both_directions,
            event_search::a_time_has_its_place_in_the_log,
            event_search::a_person_has_a_timeline,
            pushes::a_failed_push_is_kept_until_one_succeeds,
            pushes::a_failed_push_of_somebody_here_is_settled_by_hand,
            pushes::what_is_no_push_of_okta_does_not_count,
            pushes::whoever_okta_asks_for_is_no_orphan,
            pushes::strangers_are_forgotten_with_their_events,
            pushes::strangers_do_not_fill_the_list,
            pushes::what_okta_said_comes_back_as_written,
        }

        #[test]
        fn counters_equal_a_full_count() {
            crate::store::contract::counting::counters_equal_a_full_count($open);
        }

        #[test]
        fn orders_follow_every_change() {
            crate::store::contract::ordering::orders_follow_every_change($open);
        }
    };
}
pub(super) use run_contract;

macro_rules! each {
    ($open:path; $($module:ident::$name:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let (store, _home) = $open().await;
                crate::store::contract::$module::$name(store).await;
            }
        )+
    };
}
pub(super) use each;
